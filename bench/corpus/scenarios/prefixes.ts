/** The prefixes of the topologies' sites. */
export const A = ['10.10.0.0/16', '10.11.0.0/16', '10.12.0.0/16', '10.13.0.0/16']
export const B = ['10.20.0.0/16', '10.21.0.0/16']
