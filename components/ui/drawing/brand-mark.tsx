/**
 * Logo of the product: two network paths with a dot at each end. The upper path is blue (up); an end of the lower path
 * is red (down).
 */
export const BrandMark = ({ className }: { className: string }) => (
  <svg viewBox="0 0 32 32" aria-hidden="true" className={className}>
    <rect width="32" height="32" rx="7" fill="#0b0f14" />
    <path d="M8 21h16" stroke="#3b4654" strokeWidth="2.5" />
    <path d="M8 11h16" stroke="#56b4e9" strokeWidth="2.5" />
    <circle cx="8" cy="11" r="3.2" fill="#56b4e9" />
    <circle cx="24" cy="11" r="3.2" fill="#56b4e9" />
    <circle cx="8" cy="21" r="3.2" fill="#d55e00" />
    <circle cx="24" cy="21" r="3.2" fill="#f0e442" />
  </svg>
)
