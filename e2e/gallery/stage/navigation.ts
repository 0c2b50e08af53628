/** Replaces Next's navigation. The stage always remains on the same page. */
export const usePathname = (): string => location.pathname
export const useRouter = () => ({ push() {}, replace() {}, refresh() {}, prefetch() {}, back() {} })
export const useSearchParams = (): URLSearchParams => new URLSearchParams(location.search)
