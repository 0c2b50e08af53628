import type { ComponentProps } from 'react'

/** Replaces Next's link by a plain link, because the gallery does not navigate. */
export default function Link({
  prefetch: _prefetch,
  scroll: _scroll,
  replace: _replace,
  children,
  ...props
}: ComponentProps<'a'> & { prefetch?: boolean; scroll?: boolean; replace?: boolean }) {
  return <a {...props}>{children}</a>
}
