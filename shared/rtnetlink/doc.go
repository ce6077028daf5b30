// Package rtnetlink reads what a netns has: devices, addresses, routes
// (rtnetlink(7)). It changes nothing, and decodes nothing that no caller needs:
// a plugin is a cold process, in which a library that knows all of rtnetlink
// cost a twelfth of an ADD (docs/decisions/0013-rtnetlink.md).
//
// It is no judge: what a device may be used for is package device's matter, what
// a result tells of it package result's.
package rtnetlink
