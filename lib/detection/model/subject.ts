export { instanceOf, neighborOf, sessionSubject } from '#lib/contract/index.ts'

/** How one table of a gateway is named: what an instance learned from a peer. */
export const tableKey = (instance: string | null, peer: string | null) => `${instance ?? ''}|${peer ?? ''}`

/** How what fails is named: the kind of poll of a subresource of a source. */
export const sourceKindKey = (subresource: string, kind: string) => `${subresource} ${kind}`
