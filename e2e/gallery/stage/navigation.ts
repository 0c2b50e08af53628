/** In the place of Next's navigation: the stage stays where it is. */
export const usePathname = (): string => location.pathname
export const useRouter = () => ({ push() {}, replace() {}, refresh() {}, prefetch() {}, back() {} })
export const useSearchParams = (): URLSearchParams => new URLSearchParams(location.search)
