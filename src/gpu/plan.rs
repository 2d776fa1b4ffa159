//! Plan: scene and resident textures -> what to create, upload, give up and draw; no wgpu here.

use crate::source::{Identity, Shape, Source};
use crate::uniforms::{LayerUniforms, NO_TABLE};
use skiagraph_core::geometry::space::CanvasRect;
use skiagraph_core::scene::scene::{ImageLayer, Scene};

/// Names a texture from its creation until it is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextureId(u64);

/// One thing to do to the textures, in order.
#[derive(Clone, Debug)]
pub enum TextureStep {
    /// Give its memory back.
    Drop(TextureId),
    /// A new texture; an upload follows.
    Create(TextureId, Shape),
    /// Fill the whole texture.
    Upload(TextureId, Source),
}

/// One layer to draw.
#[derive(Clone, Debug)]
pub struct LayerDraw {
    /// The layer's rectangle as far as it lies on the canvas; never empty.
    pub scissor: CanvasRect,
    /// What the shader knows.
    pub uniforms: LayerUniforms,
    /// Texture of the frame.
    pub frame: TextureId,
    /// Texture of the table; `None` for R G B.
    pub table: Option<TextureId>,
}

/// Everything that one draw of a scene takes.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// To be done first.
    pub steps: Vec<TextureStep>,
    /// To be drawn on black.
    pub draws: Vec<LayerDraw>,
}

struct Resident {
    id: TextureId,
    shape: Shape,
    identity: Identity,
    /// Number of the draw that last used it.
    last_draw: u64,
}

/// The textures there are, as far as planning needs to know them.
pub struct Residents {
    entries: Vec<Resident>,
    budget_bytes: u64,
    n_draws: u64,
    next_id: u64,
}

impl Residents {
    /// None yet. More than `budget_bytes` are held only while one scene needs more.
    pub fn new(budget_bytes: u64) -> Self {
        Self {
            entries: Vec::new(),
            budget_bytes,
            n_draws: 0,
            next_id: 0,
        }
    }

    /// Gives all textures up, and holds no more than `budget_bytes` from then on.
    pub fn shrink(&mut self, budget_bytes: u64) -> Vec<TextureStep> {
        self.budget_bytes = budget_bytes;
        let entries = self.entries.drain(..);
        entries
            .map(|resident| TextureStep::Drop(resident.id))
            .collect()
    }

    /// Bytes of all textures.
    pub fn n_bytes(&self) -> u64 {
        self.entries
            .iter()
            .map(|resident| resident.shape.n_bytes())
            .sum()
    }

    /// Plans one draw of `scene` into `width_px` x `height_px` pixels. The steps count as done.
    pub fn plan(&mut self, scene: &Scene, width_px: u32, height_px: u32) -> Plan {
        self.n_draws += 1;
        let wanted: Vec<_> = scene
            .layers
            .iter()
            .filter_map(|layer| Wanted::new(layer, width_px, height_px))
            .collect();
        // Before anything is given up: what this scene uses stays.
        for source in wanted.iter().flat_map(Wanted::sources) {
            self.touch(source);
        }
        let mut steps = Vec::new();
        let draws = wanted
            .iter()
            .map(|w| LayerDraw {
                scissor: w.scissor,
                uniforms: LayerUniforms::new(
                    w.layer,
                    w.table.as_ref().map_or(NO_TABLE, |t| t.shape().height_px),
                ),
                frame: self.admit(&w.frame, &mut steps),
                table: w.table.as_ref().map(|table| self.admit(table, &mut steps)),
            })
            .collect();
        self.make_room(0, &mut steps);
        Plan { steps, draws }
    }

    /// Marks the texture of a source as used by this draw.
    fn touch(&mut self, source: &Source) -> Option<TextureId> {
        let resident = self
            .entries
            .iter_mut()
            .find(|resident| resident.identity.is_of(source))?;
        resident.last_draw = self.n_draws;
        Some(resident.id)
    }

    /// The texture of a source: there already, taken over from another source, or new.
    fn admit(&mut self, source: &Source, steps: &mut Vec<TextureStep>) -> TextureId {
        if let Some(id) = self.touch(source) {
            return id;
        }
        let shape = source.shape();
        let id = self.take_over(source, shape).unwrap_or_else(|| {
            self.make_room(shape.n_bytes(), steps);
            let id = TextureId(self.next_id);
            self.next_id += 1;
            self.entries.push(Resident {
                id,
                shape,
                identity: source.identity(),
                last_draw: self.n_draws,
            });
            steps.push(TextureStep::Create(id, shape));
            id
        });
        steps.push(TextureStep::Upload(id, source.clone()));
        id
    }

    /// A texture of the same shape whose picture nobody holds any more, or which must go anyhow: scrolling and window
    /// drags refill textures and allocate none.
    fn take_over(&mut self, source: &Source, shape: Shape) -> Option<TextureId> {
        let is_full = self.n_bytes() + shape.n_bytes() > self.budget_bytes;
        let fits = |resident: &Resident| {
            resident.shape == shape && (is_full || !resident.identity.is_alive())
        };
        let index = self.least_wanted(fits)?;
        let resident = self.entries.get_mut(index)?;
        resident.identity = source.identity();
        resident.last_draw = self.n_draws;
        Some(resident.id)
    }

    /// Gives up textures that this draw does not use until `n_bytes` more fit the budget.
    fn make_room(&mut self, n_bytes: u64, steps: &mut Vec<TextureStep>) {
        while self.n_bytes() + n_bytes > self.budget_bytes
            && let Some(index) = self.least_wanted(|_| true)
        {
            steps.push(TextureStep::Drop(self.entries.swap_remove(index).id));
        }
    }

    /// Among those that this draw does not use: first what nobody can ask for again, then the least recently used.
    fn least_wanted(&self, is_candidate: impl Fn(&Resident) -> bool) -> Option<usize> {
        let unused = self
            .entries
            .iter()
            .enumerate()
            .filter(|(_, resident)| resident.last_draw < self.n_draws);
        unused
            .filter(|(_, resident)| is_candidate(resident))
            .min_by_key(|(_, resident)| (resident.identity.is_alive(), resident.last_draw))
            .map(|(index, _)| index)
    }
}

/// A layer of which something is to be seen.
struct Wanted<'a> {
    layer: &'a ImageLayer,
    scissor: CanvasRect,
    frame: Source,
    table: Option<Source>,
}

impl<'a> Wanted<'a> {
    fn new(layer: &'a ImageLayer, width_px: u32, height_px: u32) -> Option<Self> {
        let (frame, table) = Source::of(layer)?;
        let scissor = on_canvas(layer.rect, width_px, height_px)?;
        Some(Self {
            layer,
            scissor,
            frame,
            table,
        })
    }

    fn sources(&self) -> impl Iterator<Item = &Source> {
        std::iter::once(&self.frame).chain(&self.table)
    }
}

/// As much of a rectangle as lies on the canvas; never empty.
pub(crate) fn on_canvas(rect: CanvasRect, width_px: u32, height_px: u32) -> Option<CanvasRect> {
    let right = rect.x_px.saturating_add(rect.width_px).min(width_px);
    let bottom = rect.y_px.saturating_add(rect.height_px).min(height_px);
    let part = CanvasRect {
        width_px: right.checked_sub(rect.x_px)?,
        height_px: bottom.checked_sub(rect.y_px)?,
        ..rect
    };
    (part.width_px > 0 && part.height_px > 0).then_some(part)
}

#[cfg(test)]
mod tests;
