/** Routers whose reports differ from the RFCs, or from each other where the RFCs leave it open. */
export type RouterSoftware = 'frr' | 'gobgp' | 'other'

/** What software sends a stream, by what its Initiation states. */
export function softwareOf({ sysName, sysDescr }: { sysName: string | null; sysDescr: string | null }): RouterSoftware {
  if (/^FRRouting\b/.test(sysDescr ?? '')) return 'frr'
  // it states its own name as the router's, and a version as the description
  return sysName === 'GoBGP' ? 'gobgp' : 'other'
}
