/** A plain link: next/link would add its script to every page, the wall's included. */
const OVERVIEW = '/'

export function PageNotFound() {
  return (
    <div className="py-16 text-center">
      <h1 className="text-xl font-semibold">Page not found</h1>
      <p className="mt-1 text-ink-2">
        Check the address, or go to the{' '}
        <a href={OVERVIEW} className="link">
          overview
        </a>
        .
      </p>
    </div>
  )
}
