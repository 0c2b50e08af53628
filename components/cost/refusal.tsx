/** Why a form was not saved. */
export function Refusal({ error }: { error: Error | null }) {
  return error ? (
    <p role="alert" className="w-full text-xs break-words text-down">
      Not saved. {error.message}
    </p>
  ) : null
}
