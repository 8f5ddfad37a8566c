// The one thing that WebAssembly cannot do itself: importing a module by an address that is known only in the browser.
// `attempt` makes the address another one, because a browser remembers that an import has failed.
export async function load(attempt) {
  const url = new URL("firsthop-app.js", document.baseURI);
  if (attempt > 0) url.searchParams.set("attempt", attempt);
  const app = await import(url.href);
  await app.default();
}
