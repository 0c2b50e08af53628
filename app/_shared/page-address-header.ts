/**
 * Name of the request header with the page's whole URL. Prefetched queries need the URL, but Next passes its parameters
 * only to the page component.
 */
export const PAGE_ADDRESS_HEADER = 'x-peerwatch-page'
