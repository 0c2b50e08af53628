/**
 * Request header with the page's whole address. Prefetched queries need it, but Next gives the address only to the
 * page.
 */
export const PAGE_ADDRESS = 'x-peerwatch-page'
