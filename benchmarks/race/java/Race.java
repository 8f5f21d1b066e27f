import ai.timefold.solver.core.api.domain.entity.PlanningEntity;
import ai.timefold.solver.core.api.domain.lookup.PlanningId;
import ai.timefold.solver.core.api.domain.solution.PlanningEntityCollectionProperty;
import ai.timefold.solver.core.api.domain.solution.PlanningScore;
import ai.timefold.solver.core.api.domain.solution.PlanningSolution;
import ai.timefold.solver.core.api.domain.valuerange.ValueRangeProvider;
import ai.timefold.solver.core.api.domain.variable.PlanningVariable;
import ai.timefold.solver.core.api.score.buildin.hardsoftlong.HardSoftLongScore;
import ai.timefold.solver.core.api.score.calculator.IncrementalScoreCalculator;
import ai.timefold.solver.core.api.solver.Solver;
import ai.timefold.solver.core.api.solver.SolverFactory;
import ai.timefold.solver.core.config.solver.SolverConfig;
import ai.timefold.solver.core.config.solver.termination.TerminationConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.StringTokenizer;

/**
 * The race in Timefold. One planning variable: a slot (machine, person, start) of those that calendars allow, or none.
 * The score is counted incrementally, the fastest way that Timefold offers. Each of the threads is a solver of its own
 * with a seed of its own: solving one problem with several threads is not in the community edition.
 */
public class Race {
    public record Slot(int machine, int person, int start) { }

    /** Who costs most for the time that it takes is placed first. */
    public static class Harder implements Comparator<Ask> {
        @Override
        public int compare(Ask left, Ask right) {
            return Double.compare(worth(left), worth(right));
        }

        private static double worth(Ask ask) { return (double) ask.leftOut / (ask.duration * ask.demand + 20); }
    }

    @PlanningEntity(difficultyComparatorClass = Harder.class)
    public static class Ask {
        @PlanningId
        public Integer number;
        public int duration, demand, release, due;
        public long leftOut, late, wait;
        @ValueRangeProvider(id = "slots")
        public List<Slot> slots = new ArrayList<>();
        @PlanningVariable(valueRangeProviderRefs = "slots", allowsUnassigned = true)
        public Slot slot;

        public Slot getSlot() { return slot; }
        public void setSlot(Slot slot) { this.slot = slot; }

        long cost() {
            if (slot == null) {
                return leftOut;
            }
            int end = slot.start() + duration;
            return wait * (end - release) + late * Math.max(0, end - due);
        }
    }

    @PlanningSolution
    public static class Plan {
        public int end;
        public int[] capacities;
        public int people;
        @PlanningEntityCollectionProperty
        public List<Ask> asks = new ArrayList<>();
        @PlanningScore
        public HardSoftLongScore score;
    }

    /** Hard: units above the capacity, tick by tick. Soft: the cost. */
    public static class Counter implements IncrementalScoreCalculator<Plan, HardSoftLongScore> {
        private static final int FIRST_HOUR = 2;
        private Plan plan;
        private int[][] machines, people;
        private long hard, soft;

        @Override
        public void resetWorkingSolution(Plan plan) {
            this.plan = plan;
            machines = new int[plan.capacities.length][plan.end];
            people = new int[plan.people][plan.end];
            hard = 0;
            soft = 0;
            for (Ask each : plan.asks) {
                enter(each);
            }
        }

        @Override
        public void beforeEntityAdded(Object entity) { }

        @Override
        public void afterEntityAdded(Object entity) { enter((Ask) entity); }

        @Override
        public void beforeVariableChanged(Object entity, String name) { leave((Ask) entity); }

        @Override
        public void afterVariableChanged(Object entity, String name) { enter((Ask) entity); }

        @Override
        public void beforeEntityRemoved(Object entity) { leave((Ask) entity); }

        @Override
        public void afterEntityRemoved(Object entity) { }

        private void enter(Ask ask) {
            soft -= ask.cost();
            if (ask.slot == null) {
                return;
            }
            book(machines[ask.slot.machine()], plan.capacities[ask.slot.machine()], ask.slot.start(), ask.duration, ask.demand);
            if (ask.slot.person() >= 0) {
                book(people[ask.slot.person()], 1, ask.slot.start(), FIRST_HOUR, 1);
            }
        }

        private void leave(Ask ask) {
            soft += ask.cost();
            if (ask.slot == null) {
                return;
            }
            free(machines[ask.slot.machine()], plan.capacities[ask.slot.machine()], ask.slot.start(), ask.duration, ask.demand);
            if (ask.slot.person() >= 0) {
                free(people[ask.slot.person()], 1, ask.slot.start(), FIRST_HOUR, 1);
            }
        }

        private void book(int[] used, int capacity, int start, int length, int demand) {
            for (int tick = start; tick < start + length; tick++) {
                hard += Math.max(0, used[tick] - capacity);
                used[tick] += demand;
                hard -= Math.max(0, used[tick] - capacity);
            }
        }

        private void free(int[] used, int capacity, int start, int length, int demand) {
            for (int tick = start; tick < start + length; tick++) {
                hard += Math.max(0, used[tick] - capacity);
                used[tick] -= demand;
                hard -= Math.max(0, used[tick] - capacity);
            }
        }

        @Override
        public HardSoftLongScore calculateScore() { return HardSoftLongScore.of(hard, soft); }
    }

    /** Arguments: problem, place for the plan, seconds, seed, threads, milliseconds since 1970 at which the race began. */
    public static void main(String[] given) throws Exception {
        double seconds = Double.parseDouble(given[2]);
        long seed = Long.parseLong(given[3]);
        int threads = Integer.parseInt(given[4]);
        long begun = Long.parseLong(given[5]);
        long ends = begun + (long) (1000 * seconds);
        Plan[] best = new Plan[threads];
        StringBuilder points = new StringBuilder();
        List<Thread> running = new ArrayList<>();
        for (int number = 0; number < threads; number++) {
            int mine = number;
            Thread thread = new Thread(() -> {
                try {
                    best[mine] = solve(read(Path.of(given[0])), ends, seed * 64 + mine, begun, points);
                } catch (IOException error) {
                    throw new IllegalStateException(error);
                }
            });
            thread.start();
            running.add(thread);
        }
        for (Thread each : running) {
            each.join();
        }
        Plan chosen = null;
        for (Plan each : best) {
            if (each != null && (chosen == null || each.score.compareTo(chosen.score) > 0)) {
                chosen = each;
            }
        }
        if (chosen == null) {
            System.exit(1);
        }
        StringBuilder text = new StringBuilder();
        for (Ask each : chosen.asks) {
            if (each.slot != null) {
                text.append("slot ").append(each.number).append(' ').append(each.slot.machine()).append(' ').append(each.slot.person()).append(' ').append(each.slot.start()).append('\n');
            }
        }
        Files.writeString(Path.of(given[1]), text.append(points));
        System.exit(0);
    }

    private static Plan solve(Plan plan, long ends, long seed, long begun, StringBuilder points) {
        long left = Math.max(100, ends - System.currentTimeMillis());
        SolverConfig config = new SolverConfig()
                .withSolutionClass(Plan.class)
                .withEntityClasses(Ask.class)
                .withRandomSeed(seed)
                .withTerminationConfig(new TerminationConfig().withSpentLimit(Duration.ofMillis(left)));
        config.withScoreDirectorFactory(new ai.timefold.solver.core.config.score.director.ScoreDirectorFactoryConfig()
                .withIncrementalScoreCalculatorClass(Counter.class));
        Solver<Plan> solver = SolverFactory.<Plan>create(config).buildSolver();
        solver.addEventListener(event -> {
            HardSoftLongScore score = event.getNewBestSolution().score;
            if (event.isNewBestSolutionInitialized() && score.isFeasible()) {
                synchronized (points) {
                    points.append("plan ").append(System.currentTimeMillis() - begun).append(' ').append(-score.softScore()).append('\n');
                }
            }
        });
        return solver.solve(plan);
    }

    /** First ticks and capacities, then for each request a line of numbers and its slots as machine, person, first and last start. */
    private static Plan read(Path path) throws IOException {
        StringTokenizer words = new StringTokenizer(Files.readString(path));
        Plan plan = new Plan();
        plan.end = next(words);
        plan.people = next(words);
        plan.capacities = new int[next(words)];
        for (int number = 0; number < plan.capacities.length; number++) {
            plan.capacities[number] = next(words);
        }
        int asks = next(words);
        for (int number = 0; number < asks; number++) {
            Ask ask = new Ask();
            ask.number = number;
            ask.duration = next(words);
            ask.demand = next(words);
            ask.release = next(words);
            ask.due = next(words);
            ask.leftOut = next(words);
            ask.late = next(words);
            ask.wait = next(words);
            int stretches = next(words);
            for (int index = 0; index < stretches; index++) {
                int machine = next(words), person = next(words), first = next(words), last = next(words);
                for (int start = first; start < last; start++) {
                    ask.slots.add(new Slot(machine, person, start));
                }
            }
            plan.asks.add(ask);
        }
        return plan;
    }

    private static int next(StringTokenizer words) { return Integer.parseInt(words.nextToken()); }
}
