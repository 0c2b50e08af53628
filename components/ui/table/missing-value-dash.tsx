/** Placeholder for an optional value that is missing: a dash in a table cell. The list layout of phones hides it. */
export const missingValueDash = (
  <span data-nothing className="text-ink-3">
    –
  </span>
)

/** Placeholder for a value that is unknown, because Peerwatch could not read it. */
export const unknownLabel = <span className="hatch rounded-xs px-1 text-xs font-semibold">UNKNOWN</span>
