import { type ComponentType, lazy, type ReactNode, Suspense } from 'react'

/**
 * Returns a component whose code is loaded when it is first rendered, only in the browser. `next/dynamic`, which also
 * renders on the server, would add 1.5 kB to each page.
 */
export function laterPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  waiting: ReactNode = null,
): (props: Props) => ReactNode {
  const Part = lazy(async () => ({ default: await load() })) as unknown as ComponentType<Props>
  return (props) => (
    <Suspense fallback={waiting}>
      <Part {...props} />
    </Suspense>
  )
}
