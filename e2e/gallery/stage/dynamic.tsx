import { type ComponentType, lazy, type ReactNode, Suspense } from 'react'

type Loaded<Props> = ComponentType<Props> | { default: ComponentType<Props> }

/** Replaces Next's `dynamic`: loads a component later, and shows its placeholder until then. */
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
