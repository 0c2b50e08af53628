/** Marks an optional value that a row does not have: a dash in a table, left out in a list. */
export const nothing = (
  <span data-nothing className="text-ink-3">
    –
  </span>
)
