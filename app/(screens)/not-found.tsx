/** A plain link: who may see nothing has no shell around it. */
const OVERVIEW = '/'

export default function NotFound() {
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
