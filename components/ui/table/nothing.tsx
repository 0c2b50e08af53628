/** Placeholder for a missing optional value: a dash in a table, left out in a list. */
export const nothing = (
  <span data-nothing className="text-ink-3">
    –
  </span>
)
