/** Reached by a whole new page: next/link would be a part of every page, the wall's among them. */
const OVERVIEW = '/'

export default function NotFound() {
  return (
    <div className="py-16 text-center">
      <h1 className="text-xl font-semibold">There is no such page</h1>
      <p className="mt-1 text-ink-2">
        The address may have been shortened on its way. Start from the{' '}
        <a href={OVERVIEW} className="link">
          overview
        </a>
        .
      </p>
    </div>
  )
}
