import { type ComponentType, lazy, type ReactNode, Suspense } from 'react'

type Loaded<Props> = ComponentType<Props> | { default: ComponentType<Props> }

/** In the place of Next's: what is loaded later, with what is shown until then. */
export default function dynamic<Props extends object>(
  load: () => Promise<Loaded<Props>>,
  { loading: Waiting }: { loading?: () => ReactNode; ssr?: boolean } = {},
): ComponentType<Props> {
  const Later = lazy(async () => {
    const part = await load()
    return 'default' in part ? part : { default: part }
  }) as unknown as ComponentType<Props>
  return function Dynamic(props: Props) {
    return (
      <Suspense fallback={Waiting ? <Waiting /> : null}>
        <Later {...props} />
      </Suspense>
    )
  }
}
