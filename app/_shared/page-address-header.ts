/** The request header by which what is asked ahead of a page knows its whole address, which Next gives to the page alone. */
export const PAGE_ADDRESS = 'x-peerwatch-page'
