"use strict";
(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const words = document.getElementById("words");
  const stage = document.getElementById("stage");
  const shown = document.getElementById("shown");
  const files = [...document.querySelectorAll("#list > .file")];
  let rows;
  const read = () => files.map((file) => ({
    file,
    name: file.querySelector("h3").textContent.toLowerCase(),
    groups: [...file.querySelectorAll("article")].map((node) => ({
      node, severity: node.dataset.s, stage: node.dataset.g,
      about: (node.querySelector("h4").textContent + node.querySelector(".meta").textContent).toLowerCase(),
      hits: [...node.querySelectorAll(".hits > li")].map((hit) => ({ hit, text: hit.textContent.toLowerCase() })),
    })),
  }));
  const apply = () => {
    rows ??= read();
    const kept = new Set([...form.querySelectorAll("[name=s]:checked")].map((box) => box.value));
    const sought = words.value.trim().toLowerCase();
    let count = 0, total = 0;
    for (const { file, name, groups } of rows) {
      let here = 0;
      for (const { node, severity, stage: own, about, hits } of groups) {
        const may = kept.has(severity) && (!stage.value || stage.value === own);
        const whole = !sought || name.includes(sought) || about.includes(sought);
        let some = 0;
        for (const { hit, text } of hits) {
          const fits = may && (whole || text.includes(sought));
          if (hit.hidden === fits) hit.hidden = !fits;
          some += fits;
        }
        const rest = node.querySelector(".rest");
        if (rest) {
          const matched = rest.querySelectorAll("li:not([hidden])").length;
          rest.hidden = !matched;
          if (sought && matched && matched < 200) rest.open = true;
        }
        total += hits.length;
        here += some;
        node.hidden = !some;
      }
      file.hidden = !here;
      if (here && sought) file.open = true;
      const notes = file.querySelector(".notes");
      if (notes) {
        notes.hidden = !notes.querySelector("article:not([hidden])");
        if (here && sought && !notes.hidden) notes.open = true;
      }
      count += here;
    }
    const n = (value) => value.toLocaleString("en");
    shown.textContent = count === total ? `${n(total)} findings` : `${n(count)} of ${n(total)} findings`;
  };
  const all = (open) => document.querySelectorAll("#list details").forEach((one) => { one.open = open; });
  let waiting;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 120); });
  form.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
  document.getElementById("open").addEventListener("click", () => all(true));
  document.getElementById("close").addEventListener("click", () => all(false));
  const arrive = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (let at = target.parentElement; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", arrive);
  arrive();
  form.hidden = false;
})();
