import { type ComponentType, lazy, type ReactNode, Suspense } from 'react'

/** A part that somebody opens: loaded when it is drawn first, in the browser alone. `next/dynamic`, which also draws on servers, is 1.5 kB of each page. */
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
