/** Returns the rows of a list endpoint of the API. */
export const fetchList = async <Row>(url: string, path: string): Promise<Row[]> =>
  ((await (await fetch(`${url}/api/v1/${path}`)).json()) as { data: Row[] }).data
