// Asks once a second what is to be shown, and shows it; what has not changed is not touched, so focus stays where it is.
const main = document.querySelector("main");
const words = JSON.parse(document.getElementById("words").textContent);
const at = id => document.getElementById(id);
const say = (name, facts) => words[name].replace(/\{(\w+)\}/g, (_, fact) => facts[fact]);
const ROUNDS = ["first", "second"];
let drawn = "", refusal = "", lost = "", asked = 0, answered = 0, refocus = false;  // at first the page has the focus

function make(tag, name, text) {
  const node = document.createElement(tag);
  node.className = name;
  node.textContent = text;
  return node;
}

function set(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function bar(round, [count, sure, guess], all) {
  const percent = all ? Math.round(100 * count / all) : 0;
  const line = make("div", `bar ${ROUNDS[round]}`, "");
  const track = make("span", "track", "");
  const fill = make("div", count ? "fill" : "fill none", "");
  fill.style.width = count ? `${100 * count / all}%` : "0";
  track.append(fill);
  line.append(make("span", "name", words[`${ROUNDS[round]}_vote`]), track,
    make("span", "number", say(!count ? "bar_none" : sure + guess ? "bar_sure" : "bar", { count, percent, sure, guess })));
  return line;
}

function option(state, html, number) {
  const item = document.createElement("li");
  item.innerHTML = `<div>${html}</div>`;
  const sum = votes => votes.reduce((all, [count]) => all + count, 0);
  state.votes.forEach((votes, round) => item.append(bar(round, votes[number], sum(votes))));
  return item;
}

function show(state) {
  const open = state.poll !== null;
  const before = !at("poll").hidden;
  at("choose").hidden = open;
  at("poll").hidden = !open;
  if (open) {
    const now = JSON.stringify([state.poll, state.round, state.votes]);
    if (now !== drawn) {
      at("question").innerHTML = state.question;
      at("options").replaceChildren(...state.options.map((html, number) => option(state, html, number)));
      drawn = now;
    }
    set(at("round"), words[`${ROUNDS[state.round - 1]}_vote`]);
    set(at("voted"), say(state.there === null ? "voted" : "voted_of", state));
    set(at("show"), words[state.shown ? "hide" : "show"]);
    at("show").dataset.act = state.shown ? "hide" : "show";
    at("second").hidden = state.round === ROUNDS.length;
  }
  announce(state, open);
  if (open !== before && refocus) (open ? at("show") : at("questions")).focus();
  refocus = true;
}

// For whoever hears the page: what has been opened, shown or closed; not each vote.
function announce(state, open) {
  const said = open ? `${at("round").textContent}. ${words[state.shown ? "bars_shown" : "bars_hidden"]}` : words.nothing_open;
  set(at("said"), said);
}

async function ask(path, options = {}) {
  const number = ++asked;
  const acts = "method" in options;
  let state;
  try {
    const headers = { "X-XSRFToken": main.dataset.token };
    const answer = await fetch(path, { headers, signal: AbortSignal.timeout(5000), ...options });
    state = await answer.json();
    if (acts) refusal = answer.ok ? "" : say("refused", { why: state.error });
    lost = answer.ok || acts ? "" : words.lost;
  } catch {
    lost = words.lost;
  }
  set(at("trouble"), refusal || lost);
  if (number < answered || !state || state.error) return;  // an older answer that took longer, or none
  answered = number;
  show(state);
}

const act = (what, values = {}) => ask(what, { method: "POST", body: JSON.stringify(values) });

at("choose").addEventListener("submit", event => {
  event.preventDefault();
  act("open", { question: at("questions").value });
});
at("show").addEventListener("click", () => act(at("show").dataset.act));
at("second").addEventListener("click", () => { act("second"); at("show").focus(); });
at("close").addEventListener("click", () => act("close"));

async function forever() {
  await ask("state");
  setTimeout(forever, 1000);
}
forever();
