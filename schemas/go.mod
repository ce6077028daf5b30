module github.com/chainsaw-cni/chainsaw/schemas

go 1.26.0

require (
	github.com/chainsaw-cni/chainsaw/shared v0.0.0
	github.com/containernetworking/cni v1.3.1
	github.com/santhosh-tekuri/jsonschema/v5 v5.3.1
)

require (
	go.opentelemetry.io/otel v1.29.0 // indirect
	go.opentelemetry.io/otel/trace v1.29.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
)

replace github.com/chainsaw-cni/chainsaw/shared => ../shared
