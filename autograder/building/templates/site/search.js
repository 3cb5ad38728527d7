// Search over INDEX: rows of page title, section title, address and text.
const MAX_HITS = 20, AROUND = 70;
const box = document.querySelector("#search"), results = document.querySelector("#results");
const [found, list] = results.children;
const folded = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const sections = INDEX.map(([page, title, address, text]) => (
  {page, title, address, text, heading: folded(`${title} ${page}`), body: folded(text)}
));

/** Patterns of a query's words, each at the beginning of a word. */
const patterns = query => folded(query).split(/\s+/).filter(Boolean).map(word => (
  new RegExp(`(?<![\\p{L}\\p{N}])${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "gu")
));

/** How well a section fits: 0 unless it has every word; words in its headings count most. */
const score = (section, words) => {
  let sum = 0;
  for (const word of words) {
    const inHeading = section.heading.match(word)?.length ?? 0, inBody = section.body.match(word)?.length ?? 0;
    if (!inHeading && !inBody) return 0;
    sum += 10 * inHeading + Math.min(inBody, 5);
  }
  return sum;
};

/** Text around the first of the words, which are marked. */
const excerpt = (section, words) => {
  const first = Math.min(...words.map(word => { const at = section.body.search(word); return at < 0 ? Infinity : at; }));
  const start = Number.isFinite(first) ? Math.max(0, first - AROUND) : 0, end = start + 3 * AROUND;
  const spans = words.flatMap(word => [...section.body.slice(start, end).matchAll(word)]
    .map(match => [match.index, match.index + match[0].length])).sort((a, b) => a[0] - b[0]);
  const text = section.text.slice(start, end), line = document.createElement("span");
  let done = 0;
  line.append(start ? "… " : "");
  for (const [from, to] of spans) {
    if (from < done) continue;
    const mark = document.createElement("mark");
    mark.textContent = text.slice(from, to);
    line.append(text.slice(done, from), mark);
    done = to;
  }
  line.append(text.slice(done), end < section.text.length ? " …" : "");
  return line;
};

const show = () => {
  const words = patterns(box.value);
  const hits = words.length ? sections.map(section => ({section, fits: score(section, words)})).filter(hit => hit.fits) : [];
  hits.sort((a, b) => b.fits - a.fits);
  list.replaceChildren(...hits.slice(0, MAX_HITS).map(({section}) => {
    const link = document.createElement("a"), where = document.createElement("b"), item = document.createElement("li");
    where.textContent = section.title === section.page ? section.page : `${section.page}: ${section.title}`;
    link.href = section.address;
    link.append(where, excerpt(section, words));
    item.append(link);
    return item;
  }));
  results.hidden = !words.length;
  found.textContent = hits.length > MAX_HITS ? `${hits.length} places, the best ${MAX_HITS}:` : `${hits.length || "no"} ${hits.length === 1 ? "place" : "places"}`;
};

const close = () => { box.value = ""; show(); };
box.addEventListener("input", show);
box.form.addEventListener("submit", event => { event.preventDefault(); results.querySelector("a")?.click(); });
results.addEventListener("click", close);
document.addEventListener("keydown", event => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape" && box.form.contains(event.target)) { close(); box.focus(); }
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); box.focus(); }
});
document.addEventListener("pointerdown", event => { if (!box.form.contains(event.target)) results.hidden = true; });
box.addEventListener("focus", show);
if (matchMedia("(max-width: 60rem)").matches) document.querySelector("nav details").open = false;
