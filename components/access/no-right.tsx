import { RIGHT_MEANINGS, type Right } from '#lib/contract/index.ts'

/** In the place of a page that its visitor may not see. */
export function NoRight({ right }: { right: Right }) {
  return (
    <div className="py-16 text-center">
      <h1 className="text-xl font-semibold">Not for your role</h1>
      <p className="mt-1 text-ink-2">
        This page takes the right “{right}”: {RIGHT_MEANINGS[right]}. An admin can give you a role that has it.
      </p>
    </div>
  )
}
