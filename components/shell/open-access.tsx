/** States that nobody has to sign in: above the bar, on a phone below the page. The person at the screen may not know how the web was started. */
export function OpenAccess() {
  return (
    <footer className="border-b px-3 py-1 text-xs text-ink-2 max-sm:border-t sm:-order-1 lg:px-4 print:hidden">
      <strong className="text-ink">Access is open:</strong> everyone who can reach this address can see and change
      everything<span className="max-sm:hidden"> (docs/operations.md, Access)</span>.
    </footer>
  )
}
