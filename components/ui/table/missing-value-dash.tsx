/** Placeholder for an optional value that is missing: a dash in a table cell. The list layout of phones hides it. */
export const missingValueDash = (
  <span data-nothing className="text-ink-3">
    –
  </span>
)
