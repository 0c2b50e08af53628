/** Virtual routers (VRRP: RFC 9568 7.3; HSRP 1 and 2; GLBP), which groups of one number share anywhere; and no address at all. */
const sharedMacs = /^(00005e000[12]|00000c07ac|00000c9ff|0007b4|000000000000$|f{12}$)/

/** Whether a MAC address (hex digits alone) stands on one box only, and does not move from box to box. */
export const isPhysicalMac = (mac: string): boolean => !sharedMacs.test(mac)

/** As it stands on the box: hex digits in pairs; any other name as it is. */
export const readableMac = (mac: string): string =>
  /^[0-9a-f]{12}$/.test(mac) ? (mac.match(/../g) ?? []).join(':') : mac
