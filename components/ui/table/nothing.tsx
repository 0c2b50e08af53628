/** Placeholder for a missing optional value: a dash in the table layout, hidden in the list layout of phones. */
export const nothing = (
  <span data-nothing className="text-ink-3">
    –
  </span>
)
