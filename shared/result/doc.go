// Package result keeps the CNI result true: it observes what a result tells of
// an attachment, before and after the commands, and applies just the
// difference to the result of the plugins before us.
//
// It does not rebuild a result from the netns. What the commands left alone
// stays as the earlier plugins told it, in their order and with their
// gateways, and so do routes that they listed and nobody installed.
package result
