// Puts nodes in order by moving as few as possible: a node that is moved is laid out anew, and loses its focus.

// Which of these numbers can stay so that as many as possible stand in rising order (longest increasing subsequence).
function staying(numbers) {
  const ends = []; // by length, where the best run of that length ends
  const before = new Array(numbers.length);
  numbers.forEach((number, at) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numbers[ends[middle]] < number) low = middle + 1; else high = middle;
    }
    before[at] = low ? ends[low - 1] : -1;
    ends[low] = at;
  });
  const kept = new Set();
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]) kept.add(at);
  return kept;
}

// The focused node is never among those that move; the others move around it.
export function arrange(container, nodes) {
  if (nodes.every((node, at) => container.children[at] === node)) return;
  const place = new Map([...container.children].map((node, at) => [node, at]));
  const { activeElement } = document;
  const held = nodes.findIndex((node) => place.has(node) && node.contains(activeElement));
  const middle = place.get(nodes[held]);
  const fits = (at) => held < 0 || at === held || (at < held) === (place.get(nodes[at]) < middle);
  const candidates = nodes.map((_, at) => at).filter((at) => place.has(nodes[at]) && fits(at));
  const kept = new Set([...staying(candidates.map((at) => place.get(nodes[at])))].map((each) => nodes[candidates[each]]));
  let next = null;
  for (const node of nodes.toReversed()) {
    if (!kept.has(node)) container.insertBefore(node, next);
    next = node;
  }
}
