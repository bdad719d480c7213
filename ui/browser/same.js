// Whether two settings, or two lists of numbers, hold the same.
export function isSame(a, b) {
  const names = Object.keys(a ?? {});
  return names.length === Object.keys(b ?? {}).length
    && names.every((name) => a[name] === b[name] || Object.is(a[name], b[name]));
}
