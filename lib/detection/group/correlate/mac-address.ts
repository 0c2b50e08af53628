/**
 * Pattern of MAC addresses that do not identify a device. These are addresses of virtual routers, which depend only on
 * the group number (VRRP: RFC 9568 7.3; HSRP 1 and 2; GLBP), and invalid addresses.
 */
const sharedMacs = /^(00005e000[12]|00000c07ac|00000c9ff|0007b4|000000000000$|f{12}$)/

/**
 * Reports whether a MAC address belongs to a single device and cannot move to another device.
 * @param mac hex digits only, lower case
 */
export const isPhysicalMac = (mac: string): boolean => !sharedMacs.test(mac)

/**
 * Formats a MAC address as printed on devices: pairs of hex digits separated by colons. Any other text is returned
 * unchanged.
 */
export const formatMacAddress = (mac: string): string =>
  /^[0-9a-f]{12}$/.test(mac) ? (mac.match(/../g) ?? []).join(':') : mac
