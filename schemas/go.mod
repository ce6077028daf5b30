module github.com/chainsaw-cni/chainsaw/schemas

go 1.26.0

require (
	github.com/chainsaw-cni/chainsaw/shared v0.0.0
	github.com/containernetworking/cni v1.3.1
	github.com/santhosh-tekuri/jsonschema/v5 v5.3.1
)

replace github.com/chainsaw-cni/chainsaw/shared => ../shared
