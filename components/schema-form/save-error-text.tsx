import { ApiError } from '../data/index.ts'

/** Text below a form that explains why it was not saved; empty if there is no error. */
export function SaveErrorText({ why }: { why: string | Error | null | undefined }) {
  const words = why instanceof ApiError ? why.detail : why instanceof Error ? why.message : why
  return (
    <p role="alert" className="w-full min-w-0 text-xs font-medium break-words text-down empty:hidden">
      {words && `Not saved. ${words}`}
    </p>
  )
}
