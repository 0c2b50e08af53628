/** Why a form was not saved. */
export function Refusal({ error, fault }: { error?: Error | null; fault?: string | null }) {
  const words = fault ?? error?.message
  return words ? (
    <p role="alert" className="w-full text-xs break-words text-down">
      Not saved. {words}
    </p>
  ) : null
}
