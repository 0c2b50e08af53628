import { Button } from '../ui/button.tsx'
import { groupsFor } from './places.ts'

/** Where one may have meant to go. Plain links and a plain form: next/link would add its script to every page, the wall's included. */
export function PageNotFound() {
  const sections = groupsFor({ rights: undefined, has: new Set() }).flatMap((group) => group.sections)
  return (
    <div className="mx-auto max-w-xl px-4 py-12">
      <h1 className="text-xl font-semibold">Page not found</h1>
      <form action="/routes" className="mt-4 flex gap-2">
        <input
          name="ip"
          required
          aria-label="Address to look up"
          placeholder="Look up an address: 10.10.4.7"
          className="h-9 min-w-0 flex-1 rounded-md border border-line-strong bg-surface px-2.5"
        />
        <Button type="submit" className="h-9">
          Look up
        </Button>
      </form>
      <ul className="mt-4 grid grid-cols-2 gap-x-6 sm:grid-cols-4">
        {sections.map(({ id, name, tabs }) => (
          <li key={id}>
            <a href={tabs[0]?.places[0]?.href} className="link inline-flex min-h-8 items-center">
              {name}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}
