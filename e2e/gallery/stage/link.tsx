import type { ComponentProps } from 'react'

/** In the place of Next's link: nobody follows it. */
export default function Link({
  prefetch: _prefetch,
  scroll: _scroll,
  replace: _replace,
  children,
  ...props
}: ComponentProps<'a'> & { prefetch?: boolean; scroll?: boolean; replace?: boolean }) {
  return <a {...props}>{children}</a>
}
