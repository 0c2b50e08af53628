/** States that nobody has to sign in. The person at the screen may not know how the web was started. */
export function OpenAccess() {
  return (
    <p className="border-b px-3 py-1 lg:px-4 text-xs text-ink-2">
      <strong className="text-ink">Access is open:</strong> everyone who can reach this address can see and change
      everything<span className="max-sm:hidden"> (docs/operations.md, Access)</span>.
    </p>
  )
}
