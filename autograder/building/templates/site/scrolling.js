// What is wider than the page scrolls by itself: the keyboard has to reach it, and only then.
const watch = new ResizeObserver(changed => {
  for (const { target } of changed) {
    if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
    else target.removeAttribute("tabindex");
  }
});
for (const one of document.querySelectorAll('.prose :is(pre, table), math[display="block"], .outputs')) watch.observe(one);
