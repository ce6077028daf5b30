package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// writeManifests writes n files in folders of a hundred, and counts their bytes.
// Of ten manifests four have to do with a chainsaw network.
func writeManifests(folder string, n int) (bytes int, err error) {
	for i := range n {
		kind := kinds[i%len(kinds)]
		below := filepath.Join(folder, fmt.Sprintf("app-%03d", i/100))
		if err := os.MkdirAll(below, 0o755); err != nil {
			return 0, err
		}
		text := strings.ReplaceAll(kind.text, "NUMBER", strconv.Itoa(i/len(kinds)))
		bytes += len(text)
		if err := os.WriteFile(filepath.Join(below, fmt.Sprintf("%s-%d.yaml", kind.name, i)), []byte(text), 0o644); err != nil {
			return 0, err
		}
	}
	return bytes, nil
}

// template is what workloads share. The annotations come first.
const template = `    metadata:
      labels: {app: app-NUMBER}
      annotations:
        prometheus.io/scrape: "true"ANNOTATIONS
    spec:
      serviceAccountName: app-NUMBER
      containers:
      - name: app
        image: registry.example/app:1.2.NUMBER
        ports:
        - {name: http, containerPort: 8080}
        env:
        - name: POD_NAME
          valueFrom: {fieldRef: {fieldPath: metadata.name}}
        - {name: LOG_LEVEL, value: info}
        resources:
          requests: {cpu: 100m, memory: 128Mi}
          limits: {memory: 256Mi}
        livenessProbe:
          httpGet: {path: /healthz, port: http}
          periodSeconds: 10
        volumeMounts:
        - {name: config, mountPath: /etc/app}
      volumes:
      - name: config
        configMap: {name: app-NUMBER}
`

const chainsawed = `
        k8s.v1.cni.cncf.io/networks: storage-NUMBER
        k8s.v1.cni.cncf.io/chainsaw: '["ip route add 10.1.0.0/16 via 192.0.2.1 dev CURRENT_INTERFACE", "ip route"]'`

// kinds are the ten manifests of an application; its number takes the place of
// NUMBER.
var kinds = []struct{ name, text string }{
	{"deployment", workload("apps/v1", "Deployment", "  replicas: 3\n  selector: {matchLabels: {app: app-NUMBER}}\n", "")},
	{"deployment-chainsaw", workload("apps/v1", "Deployment", "  selector: {matchLabels: {app: app-NUMBER}}\n", chainsawed)},
	{"statefulset-chainsaw", workload("apps/v1", "StatefulSet", "  serviceName: app-NUMBER\n  selector: {matchLabels: {app: app-NUMBER}}\n", chainsawed)},
	{"cronjob", cronJob},
	{"pod-chainsaw", pod},
	{"network", network},
	{"service", service},
	{"service-headless", service},
	{"configmap", configMap},
	{"role", role},
}

func workload(version, kind, spec, annotations string) string {
	return "apiVersion: " + version + "\nkind: " + kind + "\nmetadata:\n  name: app-NUMBER\nspec:\n" + spec + "  template:\n" +
		strings.ReplaceAll(template, "ANNOTATIONS", annotations)
}

const cronJob = `apiVersion: batch/v1
kind: CronJob
metadata:
  name: report-NUMBER
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers:
          - name: report
            image: registry.example/report:1.2.NUMBER
            args: ["--since", "24h"]
`

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: tool-NUMBER
  annotations:
    k8s.v1.cni.cncf.io/networks: storage-NUMBER
    k8s.v1.cni.cncf.io/chainsaw: >
      ["ip route add 10.1.0.0/16 via 192.0.2.1 dev CURRENT_INTERFACE",
       "ip link set CURRENT_INTERFACE mtu 1400"]
spec:
  containers:
  - name: shell
    image: registry.example/shell
`

const network = `apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata:
  name: storage-NUMBER
spec:
  config: |
    {
      "cniVersion": "1.0.0",
      "name": "storage-NUMBER",
      "plugins": [
        {"type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "subnet": "192.0.2.0/24"}},
        {"type": "chainsaw-filter", "rules": [
          {"allow": "read"},
          {"allow": "route add|replace|del",
           "args": {"to": {"cidr": ["10.0.0.0/8"]}, "via": {"cidr": ["192.0.2.0/24"]}, "dev": {"in": ["CURRENT_INTERFACE"]}}},
          {"allow": "link set", "args": {"dev": {"in": ["CURRENT_INTERFACE"]}, "mtu": {"range": [1280, 1500]}}}
        ]}
      ]
    }
`

const service = `apiVersion: v1
kind: Service
metadata:
  name: app-NUMBER
spec:
  selector: {app: app-NUMBER}
  ports:
  - {name: http, port: 80, targetPort: http}
`

const configMap = `apiVersion: v1
kind: ConfigMap
metadata:
  name: app-NUMBER
data:
  app.yaml: |
    listen: ":8080"
    upstreams:
    - https://upstream-NUMBER.example
    limits: {requests: 100, burst: 20}
`

const role = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: app-NUMBER
rules:
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, watch]
`
