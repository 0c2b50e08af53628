import { ApiError } from '../data/index.ts'

/** Why something was not saved, below its form; nothing while there is no reason. */
export function NotSaved({ why }: { why: string | Error | null | undefined }) {
  const words = why instanceof ApiError ? why.detail : why instanceof Error ? why.message : why
  return (
    <p role="alert" className="w-full min-w-0 text-xs font-medium break-words text-down empty:hidden">
      {words && `Not saved. ${words}`}
    </p>
  )
}
