/** What a row does not have and need not have: a dash in a table, and left out where the table is a list. */
export const nothing = (
  <span data-nothing className="text-ink-3">
    –
  </span>
)
