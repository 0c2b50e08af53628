/**
 * Name of the request header with the page's whole address. Prefetched queries need the address, but Next passes it
 * only to the page component.
 */
export const PAGE_ADDRESS = 'x-peerwatch-page'
