import { parseAsString, useQueryState } from 'nuqs'

/**
 * Select field for the customer to which all pages are limited. The choice is part of the page's URL. Renders nothing
 * if there are no names and no customer is selected.
 * @param names names of the customers that the user may see
 */
export function CustomerFilter({ names, className }: { names: readonly string[]; className: string }) {
  const [customer, setCustomer] = useQueryState('customer', parseAsString.withOptions({ history: 'push' }))
  if (names.length === 0 && customer === null) return null
  const known = names.find((name) => name.toLowerCase() === customer?.toLowerCase())
  return (
    <select
      aria-label="Customer"
      value={known ?? customer ?? ''}
      onChange={(event) => void setCustomer(event.target.value || null)}
      className={`h-7 min-w-0 truncate rounded-md border px-1.5 text-xs max-sm:w-full sm:max-w-40 ${className} ${
        customer === null ? 'border-line-strong bg-canvas text-ink-2' : 'border-ink bg-hover font-medium text-ink'
      }`}
    >
      <option value="">All customers</option>
      {customer !== null && known === undefined && <option value={customer}>{customer}</option>}
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  )
}
